// The tables of kernels in instructions of one processor family; see kernels.h.
#pragma once

#include <vector>

#include "kernels.h"

namespace nearkey {

/// Those this processor runs, from the slowest to the fastest; none on processors without a file here.
std::vector<const Kernels*> simdKernels();

}  // namespace nearkey
