"""A reading group's week: papers to discuss, who presents them, and what the group wrote about them."""
