"""Turn links into canonical papers, without network, and then look them up."""
