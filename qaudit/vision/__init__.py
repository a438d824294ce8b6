"""Finding the product, laying it over the listing and taking the light out of it: arrays in, arrays out."""
