; LLVM's 128-bit library calls in the calling convention of its own BPF back end (result in registers);
; src/lib.rs says why they are needed. One function per operation, all of one form.
target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
target triple = "bpfel"

declare void @sbf_multi3(ptr, i64, i64, i64, i64)
define i128 @__multi3(i64 %a, i64 %b, i64 %c, i64 %d) noinline nounwind {
  %result = alloca i128, align 16
  call void @sbf_multi3(ptr %result, i64 %a, i64 %b, i64 %c, i64 %d)
  %value = load i128, ptr %result, align 16
  ret i128 %value
}

declare void @sbf_udivti3(ptr, i64, i64, i64, i64)
define i128 @__udivti3(i64 %a, i64 %b, i64 %c, i64 %d) noinline nounwind {
  %result = alloca i128, align 16
  call void @sbf_udivti3(ptr %result, i64 %a, i64 %b, i64 %c, i64 %d)
  %value = load i128, ptr %result, align 16
  ret i128 %value
}

declare void @sbf_umodti3(ptr, i64, i64, i64, i64)
define i128 @__umodti3(i64 %a, i64 %b, i64 %c, i64 %d) noinline nounwind {
  %result = alloca i128, align 16
  call void @sbf_umodti3(ptr %result, i64 %a, i64 %b, i64 %c, i64 %d)
  %value = load i128, ptr %result, align 16
  ret i128 %value
}

declare void @sbf_divti3(ptr, i64, i64, i64, i64)
define i128 @__divti3(i64 %a, i64 %b, i64 %c, i64 %d) noinline nounwind {
  %result = alloca i128, align 16
  call void @sbf_divti3(ptr %result, i64 %a, i64 %b, i64 %c, i64 %d)
  %value = load i128, ptr %result, align 16
  ret i128 %value
}

declare void @sbf_modti3(ptr, i64, i64, i64, i64)
define i128 @__modti3(i64 %a, i64 %b, i64 %c, i64 %d) noinline nounwind {
  %result = alloca i128, align 16
  call void @sbf_modti3(ptr %result, i64 %a, i64 %b, i64 %c, i64 %d)
  %value = load i128, ptr %result, align 16
  ret i128 %value
}
