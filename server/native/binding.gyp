{
  "target_defaults": {
    "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
    "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS"],
    "cflags_cc": ["-O3", "-Wall", "-Wextra", "-std=gnu++17"],
    "cflags_cc!": ["-fno-exceptions", "-fno-rtti"]
  },
  "targets": [
    {
      "target_name": "wire",
      "sources": ["addon.cc", "framer.cc", "io_thread.cc", "reactor.cc"]
    },
    {
      "target_name": "memory",
      "sources": ["memory.cc"]
    },
    {
      "target_name": "encoder",
      "sources": ["encoder.cc", "encoder_kernels.cc"],
      "cflags_cc": ["-ffp-contract=off", "-Wno-uninitialized"]
    }
  ]
}
