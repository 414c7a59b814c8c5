"""Two worlds under the same luck: what differs between them, run by run, and how sure that is."""
