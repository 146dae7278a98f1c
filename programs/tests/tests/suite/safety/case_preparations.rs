//! Preparations that make an instruction of the table succeed.

use dat_tests::*;

use super::two_ecosystems::EcosystemTokens;

/// The key that is nominated for roles and withdrawals.
pub fn safe(ecosystem: &Ecosystem) -> Pubkey {
    ecosystem.emergency.pubkey()
}

pub fn graduated(chain: &mut Chain, side: &EcosystemTokens) {
    for tokens in side.tokens {
        chain.graduate(&tokens.token.coin);
        chain.prepare_for_pool(&tokens.token);
    }
}

pub fn collected(chain: &mut Chain, side: &EcosystemTokens) {
    for tokens in side.tokens {
        chain.by(&side.ecosystem.operator, side.ecosystem.collect_fees(&tokens.token)).expect("collect_fees");
    }
}

pub fn rootless(chain: &mut Chain, side: &EcosystemTokens) {
    let close = side.ecosystem.close_token_stats(&side.tokens[0].root);
    chain.by(&side.ecosystem.admin, close).expect("close_token_stats");
}

pub fn tokenless(chain: &mut Chain, side: &EcosystemTokens) {
    for dat in side.dats() {
        let close = side.ecosystem.close_token_stats(&dat);
        chain.by(&side.ecosystem.admin, close).expect("close_token_stats");
    }
}

pub fn closed(chain: &mut Chain, side: &EcosystemTokens) {
    tokenless(chain, side);
    chain.by(&side.ecosystem.admin, side.ecosystem.close_dat_state()).expect("close_dat_state");
}

/// Proposes the first token as the root and waits an hour.
pub fn root_proposed(chain: &mut Chain, EcosystemTokens { ecosystem, tokens }: &EcosystemTokens) {
    let propose = ecosystem.propose_root_token(&tokens[0].token);
    chain.by(&ecosystem.admin, propose).expect("propose_root_token");
    chain.advance_seconds(3_600);
}

/// Gives wrapped SOL to every owner.
pub fn wrapped(chain: &mut Chain, side: &EcosystemTokens) {
    let (payer, ecosystem) = (chain.payer(), &side.ecosystem);
    let bare = [ecosystem.treasury, ecosystem.shared_authority];
    for owner in side.dats().map(|dat| dat.authority).into_iter().chain(bare) {
        chain.send(&[create_wsol(&payer.pubkey(), &owner)], &[&payer]).expect("an account");
        chain.airdrop_wsol(&wsol(&owner), 5_000_000);
    }
}

pub fn proposed(chain: &mut Chain, EcosystemTokens { ecosystem, .. }: &EcosystemTokens) {
    let proposals = [
        ecosystem.propose_admin_transfer(safe(ecosystem)),
        ecosystem.propose_withdraw_address(safe(ecosystem)),
    ];
    chain.send(&proposals, &[&ecosystem.admin]).expect("proposals");
}

/// Pauses the ecosystem, nominates and accepts a withdrawal address, and waits an hour.
pub fn open(chain: &mut Chain, side: &EcosystemTokens) {
    let ecosystem = &side.ecosystem;
    proposed(chain, side);
    let accept = [ecosystem.accept_withdraw_address(safe(ecosystem)), ecosystem.emergency_pause(None)];
    chain.send(&accept, &[&chain.payer(), &ecosystem.emergency]).expect("an address, and a pause");
    chain.advance_seconds(3_600);
}
