"""What differs between two keys, two fingerprints, two texts. Pure: values in, values out."""
