//! Instructions that fail for exactly one reason.

use dat_tests::*;

pub fn secondary(chain: &mut Chain) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 20_000_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, 50_000_000);
    (ecosystem, dat)
}

/// The failure of an instruction in an ecosystem whose secondary has lamports.
pub fn with_money(act: impl FnOnce(&mut Chain, &Ecosystem, &Dat) -> Result<Success, Failure>) -> Failure {
    let mut chain = Chain::new();
    let (ecosystem, dat) = secondary(&mut chain);
    act(&mut chain, &ecosystem, &dat).refusal()
}

/// The failure of a cycle after a change of the chain.
pub fn cycle_after(change: impl FnOnce(&mut Chain, &Dat), min_tokens_out: u64) -> Failure {
    with_money(|chain, ecosystem, dat| {
        change(chain, dat);
        chain.by(&ecosystem.operator, ecosystem.cycle_with(dat, 0, min_tokens_out))
    })
}

/// The failure of a changed cycle. The second instruction is the cycle of another ecosystem's token.
pub fn with_another(change: impl FnOnce(&mut Instruction, &Instruction)) -> Failure {
    with_money(|chain, ecosystem, dat| {
        let (other, other_dat) = secondary(chain);
        let mut cycle = ecosystem.cycle(dat, 0);
        change(&mut cycle, &other.cycle(&other_dat, 0));
        chain.by(&ecosystem.operator, cycle)
    })
}

/// The failure of a pool cycle for a coin that has not graduated.
pub fn cycle_on_no_pool() -> Failure {
    with_money(|chain, ecosystem, dat| {
        let payer = chain.payer();
        let wrapped = Coin { mint: WSOL, token_program: TOKEN, ..dat.coin };
        chain.send(&[wrapped.create_ata(&payer.pubkey(), &dat.authority)], &[&payer]).expect("an account");
        let mut forwarded = vec![readonly(SYSTEM); 17];
        forwarded[0] = writable(dat::pump::pool_of(&dat.coin.mint));
        forwarded[1] = writable(dat.authority);
        forwarded[3] = readonly(dat.coin.mint);
        forwarded[5] = writable(dat.token_account);
        forwarded[6] = writable(wrapped.ata(&dat.authority));
        let data = dat::instruction::RunCycle {
            form: BuyForm::PoolV2,
            expected_cycle: 0,
            cycle_id: [0; 16],
            min_tokens_out: 1,
            planned_lamports: 0,
        };
        chain.by(&ecosystem.operator, ecosystem.step(dat, data, forwarded))
    })
}

/// Shortens the curve to an older length. The buyer then pays the missing rent on top of the spend.
pub fn shorten_curve(chain: &mut Chain, dat: &Dat) {
    let missing = chain.rent(166) - chain.rent(151);
    chain.edit(&dat.coin.curve, |account| {
        account.data.truncate(151);
        account.lamports -= missing;
    });
}
