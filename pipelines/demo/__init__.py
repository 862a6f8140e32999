"""The bundled sample site of `newsbeam demo`: its texts, and a server that shows them with faults on purpose."""
