"""Paper links become canonical papers: recognised without network, then asked of the sources that know them."""
