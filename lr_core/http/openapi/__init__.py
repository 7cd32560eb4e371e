"""What the routes take and give, as OpenAPI 3.1 documents; read only by who asks for them."""
