"""The products, a module each: `build` models one, LISTINGS and ARRIVALS say how it is photographed."""
