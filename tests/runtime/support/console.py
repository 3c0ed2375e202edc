"""Listens on the unix socket named by the first argument, as conmon does, and serves the terminal that comes over it by its own standard streams."""
import os
import select
import socket
import sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(1)
print("listening", flush=True)
connection, _ = listener.accept()
name, files, _, _ = socket.recv_fds(connection, 4096, 1)
terminal = files[0]
print("received", name.decode(), flush=True)
sources = [terminal, 0]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 4096)
        except OSError:
            data = b""
        if not data:
            sources.remove(source)
        os.write(1 if source == terminal else terminal, data)
