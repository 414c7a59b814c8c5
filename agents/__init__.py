"""Who decides: labs, suppliers and the rules by which they do."""
