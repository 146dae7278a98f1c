//! 128-bit multiplication and division for programs, as halves in and a result by pointer.
//!
//! rustc returns an `i128` through a hidden pointer on BPF, LLVM 23's calls of `__multi3` and its
//! kin expect it in registers. `libcalls.ll` has functions of those names in LLVM's convention,
//! which call these. The arithmetic is `solana-compiler-builtins`'s; its memory functions and
//! floats need no such bridge and are linked as they are.
#![no_std]

use solana_compiler_builtins::{__multi3, __udivti3, __umodti3};

fn wide(low: u64, high: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

fn magnitude(value: u128) -> u128 {
    (value as i128).unsigned_abs()
}

/// `value`, negated (modulo 2^128, like the hardware's two's complement) when `negative`.
fn signed(value: u128, negative: bool) -> u128 {
    if negative {
        value.wrapping_neg()
    } else {
        value
    }
}

#[no_mangle]
pub unsafe extern "C" fn sbf_multi3(out: *mut u128, al: u64, ah: u64, bl: u64, bh: u64) {
    *out = __multi3(wide(al, ah) as i128, wide(bl, bh) as i128) as u128;
}

#[no_mangle]
pub unsafe extern "C" fn sbf_udivti3(out: *mut u128, nl: u64, nh: u64, dl: u64, dh: u64) {
    *out = __udivti3(wide(nl, nh), wide(dl, dh));
}

#[no_mangle]
pub unsafe extern "C" fn sbf_umodti3(out: *mut u128, nl: u64, nh: u64, dl: u64, dh: u64) {
    *out = __umodti3(wide(nl, nh), wide(dl, dh));
}

#[no_mangle]
pub unsafe extern "C" fn sbf_divti3(out: *mut u128, nl: u64, nh: u64, dl: u64, dh: u64) {
    let quotient = __udivti3(magnitude(wide(nl, nh)), magnitude(wide(dl, dh)));
    *out = signed(quotient, (nh ^ dh) >> 63 == 1);
}

#[no_mangle]
pub unsafe extern "C" fn sbf_modti3(out: *mut u128, nl: u64, nh: u64, dl: u64, dh: u64) {
    let rest = __umodti3(magnitude(wide(nl, nh)), magnitude(wide(dl, dh)));
    *out = signed(rest, nh >> 63 == 1);
}
