#!/usr/bin/env bash
# Runs the whole GPU suite from a bundle of jars, on a machine that needs nothing but a Java runtime, NVIDIA's driver and
# CUDA builds of libtorch; prints one table and leaves the raw output of each step.
#
#   run-on-gpu.sh [STEP...]      all steps by default, what matters most first:
#                                doctor tests contracts fold train demo jmh-fold jmh-train jmh-robust
#
# BUNDLE  the jars (default: target/gpu-bundle beside this script; mvn -Pcuda,gpu-bundle makes it)
# OUT     where the raw outputs and the table go (default: gpu-results in the current directory); the table grows from call to call
# DEVICE  gpu, gpu:N, or cpu to rehearse, with a pretended GPU for the tests (default: gpu)
# LIMIT   seconds that one process may take (default: 240)
# JAVA_HOME, PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR as for Tributary itself; unpack-kit of the GPU kit sets them
set -uo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=${BUNDLE:-$here/target/gpu-bundle}
out=${OUT:-gpu-results}
device=${DEVICE:-gpu}
limit=${LIMIT:-240}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
all=(doctor tests contracts fold train demo jmh-fold jmh-train jmh-robust)
export OPT_OUT_TRACKING=true DJL_OFFLINE=true

[ -d "$bundle/lib" ] || {
  echo "run-on-gpu.sh: no jars in $bundle; build them with: mvn -B -Pcuda,gpu-bundle -pl gpu-tests -am -DskipTests package" >&2
  exit 1
}
# Steps may work in directories of their own.
bundle=$(cd "$bundle" && pwd)
for name in "$@"; do
  [[ " ${all[*]} " == *" $name "* ]] || {
    echo "run-on-gpu.sh: expected some of ${all[*]}, found $name" >&2
    exit 1
  }
done
mkdir -p "$out"
failed=0

path=$(printf '%s:' "$bundle"/lib/*.jar)
flags=(-XX:+UseSerialGC -Xmx4g "-Djna.library.path=${PYTORCH_LIBRARY_PATH:-}" "-Dtributary.presets=$here/../examples/presets")
test_device=${device/#gpu*/gpu0}
[ "$device" = cpu ] && flags+=(-Dtributary.gpu.pretended=true) && test_device=gpu0

run_java() {
  timeout --kill-after=10 "$limit" "$java" "${flags[@]}" -cp "$path" "$@"
}

tributary() {
  local launch=$java$'\n'-XX:+UseSerialGC$'\n'-cp$'\n'$path
  run_java "-Dtributary.launch=$launch" -Dtributary.terminal=false dev.tributary.cli.Main "$@"
}

junit() {
  run_java "-Dtributary.test.device=$test_device" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=tree --disable-ansi-colors "$@"
}

# step NAME PATTERN COMMAND...: runs it, keeps what it prints, and notes the last line that matches; of a failure also what failed.
step() {
  local name=$1 pattern=$2 start=$SECONDS result=passed status=0
  shift 2
  "$@" >"$out/$name.txt" 2>&1 || status=$?
  if [ "$status" != 0 ]; then
    result="FAILED ($status)"
    failed=1
  fi
  {
    printf '%-14s %-12s %5ds  %s\n' "$name" "$result" $((SECONDS - start)) \
      "$(grep -E "$pattern" "$out/$name.txt" | tail -n 1 | cut -c 1-400)"
    [ "$status" != 124 ] || echo "took longer than LIMIT=$limit seconds"
    [ "$status" = 0 ] || grep -E '✘|\[X\]|PROBLEM|^tributary: |Exception' "$out/$name.txt" | head -n 20 | cut -c 1-200
  } | tee -a "$out/table.txt"
}

doctor() {
  if [ "$device" = cpu ]; then tributary doctor; else tributary doctor --require-gpu; fi
}

train() {
  tributary bench train --model "$1" --batch "$2" --device "$device" --json
}

demo() {
  (cd "$out" && tributary demo --clients 4 --rounds 10 --device "$device" --json)
}

jmh() {
  run_java org.openjdk.jmh.Main -p device="$device" -foe true -rff "$out/$1.json" -rf json "$1"
}

{
  date -u '+%Y-%m-%d %H:%M UTC'
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo 'no nvidia-smi'
} | tee -a "$out/table.txt"

for name in "${@:-${all[@]}}"; do
  case $name in
    doctor) step doctor '^gpu-|^gpu ' doctor ;;
    tests) step tests 'tests (successful|failed)' junit --select-package=dev.tributary.gpu ;;
    contracts) step contracts 'tests (successful|failed)' junit --exclude-tag=cpu \
      --select-package=dev.tributary.aggregate --select-package=dev.tributary.parameters \
      --select-package=dev.tributary.strategy --select-package=dev.tributary.objective \
      --select-package=dev.tributary.training --select-package=dev.tributary.wire ;;
    fold) step fold '^\{' tributary bench fold --device "$device" --json ;;
    train)
      for batch in 10 50; do
        for model in mlp cnn; do
          step "train-$model-$batch" '^\{' train "$model" "$batch"
        done
      done
      ;;
    demo) step demo '^\{' demo ;;
    jmh-fold) step jmh-fold '^# Run complete' jmh ExactMeanBenchmark ;;
    jmh-train) step jmh-train '^# Run complete' jmh LocalTrainerBenchmark ;;
    jmh-robust) step jmh-robust '^# Run complete' jmh RobustRulesBenchmark ;;
  esac
done
exit $failed
