"""What a person asks for, one file for a verb, with the ports passed in."""
