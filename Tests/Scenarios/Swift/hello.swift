// Says hello.
print("hello")
