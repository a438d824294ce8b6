"""Many items: manifest, engine, durable store, and the run over all of them."""
