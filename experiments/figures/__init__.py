"""`bazaar figures`: figures and a report from the stored results of experiments."""
