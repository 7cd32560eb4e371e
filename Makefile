# Everything that a person does with this project, by name. `make help` lists it.
