"""What finds by meaning without a server: static vectors for the browser, and the map."""
