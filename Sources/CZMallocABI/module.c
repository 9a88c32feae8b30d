// SwiftPM wants a source file beside the header.
