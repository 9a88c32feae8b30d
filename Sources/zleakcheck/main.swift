print("zleakcheck")
