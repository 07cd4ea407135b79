"""`custodes demo`: a training installation and its invented story. The product's rooms know nothing of it."""
