; A stranger's program: called with a byte 1 and more, it calls itself with what follows (an inner instruction,
; like an event) and logs 12,800 bytes, more than the chain keeps. Its only account is itself.
; llvm-as echo.ll -o echo.bc; sbpf-linker --arch=v3 --deploy=false --llvm-args=-bpf-stack-size=4032 --export entrypoint -o echo.so echo.bc
; (hack/program's LLVM and linker)
target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
target triple = "bpfel"

@said = private constant [64 x i8] c"Program log: CycleCompleted, or so the stranger says, once more "

declare i64 @sol_invoke_signed_c(ptr, ptr, i64, ptr, i64)
declare i64 @sol_log_(ptr, i64)

define i64 @entrypoint(ptr %input) {
start:
  %instruction = alloca [5 x i64]
  %accounts = load i64, ptr %input
  %alone = icmp eq i64 %accounts, 0
  br i1 %alone, label %done, label %parse

parse:
  ; One account, the program's own: its data, room to grow, alignment, rent epoch.
  %size_at = getelementptr i8, ptr %input, i64 88
  %size = load i64, ptr %size_at
  %grown = add i64 %size, 10343
  %aligned = and i64 %grown, -8
  %length_offset = add i64 %aligned, 8
  %length_at = getelementptr i8, ptr %input, i64 %length_offset
  %length = load i64, ptr %length_at
  %data = getelementptr i8, ptr %length_at, i64 8
  %first = load i8, ptr %data
  %outer = icmp eq i8 %first, 1
  br i1 %outer, label %echo, label %done

echo:
  %rest = getelementptr i8, ptr %data, i64 1
  %rest_length = sub i64 %length, 1
  %own = getelementptr i8, ptr %input, i64 16
  %own_int = ptrtoint ptr %own to i64
  store i64 %own_int, ptr %instruction
  %i1 = getelementptr i64, ptr %instruction, i64 1
  store i64 0, ptr %i1
  %i2 = getelementptr i64, ptr %instruction, i64 2
  store i64 0, ptr %i2
  %i3 = getelementptr i64, ptr %instruction, i64 3
  %rest_int = ptrtoint ptr %rest to i64
  store i64 %rest_int, ptr %i3
  %i4 = getelementptr i64, ptr %instruction, i64 4
  store i64 %rest_length, ptr %i4
  %called = call i64 @sol_invoke_signed_c(ptr %instruction, ptr null, i64 0, ptr null, i64 0)
  br label %log

log:
  %n = phi i64 [ 0, %echo ], [ %next, %log ]
  %logged = call i64 @sol_log_(ptr @said, i64 64)
  %next = add i64 %n, 1
  %more = icmp ult i64 %next, 200
  br i1 %more, label %log, label %done

done:
  ret i64 0
}
