#!/usr/bin/env bash
# Runs the whole GPU suite from a bundle of jars, on a machine that needs nothing but a Java runtime, NVIDIA's driver and
# CUDA builds of libtorch; prints one table and leaves the raw output of each step.
#
#   run-on-gpu.sh [STEP...]      all steps by default: doctor tests contracts fold train demo jmh
#
# BUNDLE  the jars (default: target/gpu-bundle beside this script; mvn -Pcuda,gpu-bundle makes it)
# OUT     where the raw outputs go (default: gpu-results in the current directory)
# DEVICE  gpu, gpu:N, or cpu to rehearse (default: gpu)
# JAVA_HOME, PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR as for Tributary itself; unpack-kit of the GPU kit sets them
set -uo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bundle=${BUNDLE:-$here/target/gpu-bundle}
out=${OUT:-gpu-results}
device=${DEVICE:-gpu}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
export OPT_OUT_TRACKING=true DJL_OFFLINE=true

[ -d "$bundle/lib" ] || {
  echo "run-on-gpu.sh: no jars in $bundle; build them with: mvn -B -Pcuda,gpu-bundle -DskipTests package" >&2
  exit 1
}
mkdir -p "$out"
rows=()

path=$(printf '%s:' "$bundle"/lib/*.jar)
flags=(-XX:+UseSerialGC -Xmx4g "-Djna.library.path=${PYTORCH_LIBRARY_PATH:-}" "-Dtributary.presets=$here/../examples/presets")
[ "$device" = cpu ] && flags+=(-Dtributary.gpu.rehearsal=true)

tributary() {
  local launch=$java$'\n'-XX:+UseSerialGC$'\n'-cp$'\n'$path
  "$java" "${flags[@]}" -cp "$path" "-Dtributary.launch=$launch" -Dtributary.terminal=false dev.tributary.cli.Main "$@"
}

junit() {
  "$java" "${flags[@]}" "-Dtributary.test.device=${device/#gpu*/gpu0}" -cp "$path" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=tree --disable-ansi-colors "$@"
}

# step NAME PATTERN COMMAND...: runs it, keeps what it prints, and notes the last line that matches.
step() {
  local name=$1 pattern=$2 start=$SECONDS result=passed
  shift 2
  "$@" >"$out/$name.txt" 2>&1 || result="FAILED ($?)"
  rows+=("$(printf '%-14s %-12s %5ds  %s' "$name" "$result" $((SECONDS - start)) \
    "$(grep -E "$pattern" "$out/$name.txt" | tail -n 1 | cut -c 1-400)")")
  echo "${rows[-1]}"
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
  "$java" "${flags[@]}" -cp "$path" org.openjdk.jmh.Main -p device="$device" -foe true -rff "$out/jmh.json" -rf json 'dev\.tributary\.jmh\..*'
}

for name in ${@:-doctor tests contracts fold train demo jmh}; do
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
    jmh) step jmh '^# Run complete' jmh ;;
    *) echo "run-on-gpu.sh: expected doctor, tests, contracts, fold, train, demo or jmh, found $name" >&2 && exit 1 ;;
  esac
done

{
  date -u '+%Y-%m-%d %H:%M UTC'
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo 'no nvidia-smi'
  printf '%s\n' "${rows[@]}"
} | tee "$out/table.txt"
! printf '%s\n' "${rows[@]}" | grep -q FAILED
