"""Paper links become canonical papers: recognised without network, then looked up."""
