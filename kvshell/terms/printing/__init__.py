"""Terms as text: what `inspect`, an exception and an exit print."""
