"""Methods of the simulated Web API."""
