"""What example sentences teach: how sure it is which answer a sentence asks for."""
