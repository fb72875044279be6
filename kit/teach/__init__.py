"""What a trainer uses around the lessons."""
