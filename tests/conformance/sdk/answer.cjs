// Answers questions about pump.fun's SDKs, a JSON line each: {"call": name, "args": [...]}. Nothing here touches a
// network: builders, decoders and formulas only. official.py is the other end, and says how values are tagged.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { AnchorProvider, Program } = require("@coral-xyz/anchor");
const amm = require("@pump-fun/pump-swap-sdk");
const pump = require("@pump-fun/pump-sdk");
const spl = require("@solana/spl-token");
const web3 = require("@solana/web3.js");
const BN = require("bn.js");

const { PublicKey, TransactionInstruction } = web3;
console.log = console.error; // standard output is for answers

const offline = new AnchorProvider(null, null, {});
const published = (name) =>
  new Program(JSON.parse(fs.readFileSync(path.join(process.argv[2], `${name}.json`), "utf8")), offline);
const programs = {
  "sdk pump": pump.getPumpProgram(null),
  "sdk pump_amm": amm.OFFLINE_PUMP_AMM_PROGRAM,
  pump: published("pump"),
  pump_amm: published("pump_amm"),
};

// What has no function of its own in the SDKs is built as they build everything: by Anchor, from an IDL.
const anchor = {
  instruction: (program, name, args, accounts) =>
    programs[program].methods[name](...args).accountsPartial(accounts).instruction(),
  data: (program, name, args) => programs[program].coder.instruction.encode(name, args),
  accounts: (program, name) => {
    const flat = ({ name, writable = false, signer = false }) => [name, writable, signer];
    return programs[program].idl.instructions.find((instruction) => instruction.name === name).accounts.map(flat);
  },
};
const each = (...results) => results;
const names = { amm, anchor, each, pump, spl, web3 };

// The same constant addresses are asked for in every instruction.
const derived = new Map();
const derive = PublicKey.findProgramAddressSync;
PublicKey.findProgramAddressSync = (seeds, program) => {
  const key = `${seeds.map((seed) => Buffer.from(seed).toString("hex"))} ${program.toBase58()}`;
  if (!derived.has(key)) derived.set(key, derive.call(PublicKey, seeds, program));
  return derived.get(key);
};

function call(name, args) {
  const parts = name.split(".");
  const method = parts.pop();
  const owner = parts.reduce((value, part) => value[part], names);
  return typeof owner[method] === "function" ? owner[method](...args) : owner[method];
}

function read(_, value) {
  if (value === null || typeof value !== "object") return value;
  if ("$key" in value) return new PublicKey(value.$key);
  if ("$int" in value) return new BN(value.$int);
  if ("$hex" in value) return Buffer.from(value.$hex, "hex");
  if ("$call" in value) return call(value.$call, value.args);
  return value;
}

function shown(value) {
  if (value === null || value === undefined) return null;
  if (value instanceof PublicKey) return { $key: value.toBase58() };
  if (BN.isBN(value)) return { $int: value.toString() };
  if (Buffer.isBuffer(value)) return { $hex: value.toString("hex") };
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof TransactionInstruction) {
    const keys = value.keys.map((meta) => [shown(meta.pubkey), meta.isSigner, meta.isWritable]);
    return { $program: value.programId.toBase58(), data: shown(value.data), keys };
  }
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shown(field)]));
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      const { call: name, args } = JSON.parse(line, read);
      answer = { answer: shown(await call(name, args)) };
    } catch (error) {
      answer = { error: error.stack };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main();
