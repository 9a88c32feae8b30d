// LeakCheckKit
