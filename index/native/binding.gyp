{
  "targets": [
    {
      "target_name": "vectors",
      "sources": [
        "binding.cc",
        "dump.cc",
        "graph.cc",
        "index.cc",
        "kernels.cc",
        "kernels_neon.cc",
        "kernels_x86.cc",
        "memory.cc",
        "pool.cc",
        "rows.cc",
        "scan.cc",
        "vectors.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED"],
      "cflags_cc": ["-O3", "-Wall", "-Wextra", "-std=gnu++17"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti"],
      "xcode_settings": {
        "GCC_OPTIMIZATION_LEVEL": "3",
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17"
      },
      "msvs_settings": { "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": ["/std:c++17", "/O2"] } }
    }
  ]
}
