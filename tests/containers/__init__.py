"""What needs a Docker engine: the containers of docker-compose.yml, and the servers of testcontainers."""
