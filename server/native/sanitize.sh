#!/usr/bin/env bash
# The native front end under the address, undefined-behaviour and thread sanitizers: 64 clients that come and go as they like
# against the reactor in the executor's thread and in a thread of its own. Before that the arithmetic of the packaged embedder under the
# first two, in arrays that end where they must. Fails on any report.
#
#   server/native/sanitize.sh [SECONDS a run, by default 10] [SEED]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-10}
seed=${2:-1}
compiler=${CXX:-$(command -v clang++ || command -v clang++-14 || command -v g++)}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

export ASAN_OPTIONS=detect_leaks=1:halt_on_error=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1

# The shadow memory of sanitizers does not fit every layout that address randomisation draws: without it, where that is allowed.
unrandomised=(setarch "$(uname -m)" -R)
if ! "${unrandomised[@]}" true 2>/dev/null; then unrandomised=(env); fi

instrumented=("$compiler" -std=gnu++17 -O1 -g -fno-omit-frame-pointer -Wall -Wextra)

# Unfused, as binding.gyp has it.
"${instrumented[@]}" -fsanitize=address,undefined,float-cast-overflow -ffp-contract=off \
  encoder_harness.cc encoder_kernels.cc -o "$build/encoder_harness"
"${unrandomised[@]}" "$build/encoder_harness" 300 "$seed"

for sanitizers in address,undefined thread; do
  "${instrumented[@]}" "-fsanitize=$sanitizers" \
    harness.cc framer.cc io_thread.cc reactor.cc -o "$build/harness" -lpthread
  for io_threads in 1 2; do
    printf '%s, io-threads %s: ' "$sanitizers" "$io_threads"
    "${unrandomised[@]}" "$build/harness" "$seconds" 64 "$io_threads" "$seed"
  done
done
