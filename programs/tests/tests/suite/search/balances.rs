//! Balances: the lamports that a cycle must split, and the wealth of the attackers.

use dat_tests::*;
use solana_account::ReadableAccount;

use super::config::CreatorKind;
use super::simulation::{Simulation, TrackedToken};

impl Simulation {
    /// All lamports that the token's next cycle must split, in every place.
    pub fn pending(&self, token: &TrackedToken) -> u64 {
        let dat = &token.dat;
        let carried = self.chain.stats(dat).carried_lamports;
        let own = self.above_rent(&dat.authority).saturating_sub(carried) + self.wrapped_by(&dat.authority);
        let is_root = self.chain.stats(dat).role == Role::Root;
        let treasury = if is_root { self.above_rent(&dat.treasury) } else { 0 };
        own + treasury + self.fees_of(token)
    }

    /// The creator fees of the coin if they belong to us: in the market, in the vaults, at the shared
    /// authority.
    fn fees_of(&self, token: &TrackedToken) -> u64 {
        let coin = token.dat.coin;
        let shared = token.ecosystem.shared_authority;
        let ours = coin.creator == token.dat.authority || coin.is_shared() || coin.creator == shared;
        if !ours {
            return 0;
        }
        let chain = &self.chain;
        let mut fees = chain.curve(&coin).creator_fee + self.above_rent(&coin.vault);
        // Before graduation only donations lie on PumpSwap. They are collected after graduation.
        if chain.graduated(&coin) {
            fees += chain.pool(&coin).creator_fees + chain.tokens(&wsol(&amm_creator_vault(&coin.creator)));
        }
        let passed_on = match token.creator_kind {
            CreatorKind::Shared => self.above_rent(&shared) + self.wrapped_by(&shared),
            _ => 0,
        };
        fees + passed_on
    }

    fn above_rent(&self, key: &Pubkey) -> u64 {
        self.chain.lamports(key).saturating_sub(self.chain.rent(0))
    }

    /// Wrapped SOL of an owner in all its accounts.
    pub fn wrapped_by(&self, owner: &Pubkey) -> u64 {
        let extra = self.extra.iter().filter(|key| {
            let data = self.chain.account(key).data;
            data.get(..32) == Some(WSOL.as_ref()) && data.get(32..64) == Some(owner.as_ref())
        });
        extra.map(|key| self.chain.tokens(key)).sum::<u64>() + self.chain.tokens(&wsol(owner))
    }

    /// Everything that attackers have, could collect and could close, except coins, which must be sold first.
    /// Lamports.
    pub fn wealth(&self) -> i64 {
        let chain = &self.chain;
        let keys: Vec<_> = self.attackers.iter().map(|attacker| attacker.pubkey()).collect();
        let mut all: u64 = keys.iter().map(|key| chain.lamports(key)).sum();
        // Each of their token accounts: its rent, and its wrapped SOL.
        for (_, account) in chain.svm.accounts_db().inner.iter() {
            let token = [TOKEN, TOKEN_2022].contains(account.owner()) && account.data().len() >= 165;
            if token && keys.iter().any(|key| account.data()[32..64] == *key.as_ref()) {
                all += account.lamports();
            }
        }
        for key in &keys {
            all += [user_volume_accumulator(key), amm_volume_accumulator(key)]
                .map(|account| chain.lamports(&account))
                .iter()
                .sum::<u64>();
            all += self.above_rent(&creator_vault(key)) + chain.lamports(&wsol(&amm_creator_vault(key)));
        }
        for coin in (0..self.coins.len()).map(|at| self.coin(at)) {
            if keys.contains(&coin.creator) && coin.quote == WSOL {
                all += chain.curve(&coin).creator_fee;
                all += if chain.graduated(&coin) { chain.pool(&coin).creator_fees } else { 0 };
            }
        }
        for TrackedToken { ecosystem, dat, .. } in &self.theirs {
            for key in [dat.authority, dat.treasury, ecosystem.shared_authority] {
                // The rent of these accounts counts too, because it becomes wrapped SOL when rent falls.
                all += chain.lamports(&key) + chain.lamports(&wsol(&key));
            }
        }
        all as i64
    }

    /// Attackers sell all their coins, each by the better route.
    pub fn liquidate(&mut self) {
        for who in 0..self.attackers.len() {
            let user = self.attackers[who].insecure_clone();
            self.withdraw_liquidity(&user);
            for at in (0..self.coins.len()).rev() {
                self.sell_off(at, &user);
            }
        }
    }

    fn withdraw_liquidity(&mut self, user: &Keypair) {
        for at in 0..self.coins.len() {
            for coin in [self.coin(at), self.coin(at).with_pool_of(&user.pubkey())] {
                let lp = self.chain.tokens(&ata(&user.pubkey(), &lp_mint(&coin.pool), &TOKEN_2022));
                if lp > 0 {
                    self.send(&[coin.withdraw(&user.pubkey(), lp)], &[user]);
                }
            }
        }
    }

    fn sell_off(&mut self, at: usize, user: &Keypair) {
        let (coin, key) = (self.coin(at), user.pubkey());
        self.claim(&coin, user);
        let tokens = self.chain.tokens(&coin.ata(&key));
        if tokens == 0 {
            return;
        }
        let graduated = self.chain.graduated(&coin);
        if coin.quote != WSOL {
            let near = self.coin(usize::from(coin.quote == self.coins[1].mint));
            let way = [(near, self.chain.graduated(&near)), (coin, graduated)];
            if self.send(&[pump::multi_hop::multi_hop(&key, &way, false, tokens)], &[user]) {
                return;
            }
        }
        let name = if graduated { "sell_v2" } else { "sell_v3" };
        let idl = idl::Idl::pump(if graduated { "pump_amm" } else { "pump" });
        let idl_call = pump::idl_call::IdlCall::new(key, coin, graduated, tokens);
        self.send(&[idl_call.instruction(idl, idl.get(name))], &[user]);
    }

    /// Collects the attacker's creator fees that are paid in our coins, to sell them.
    fn claim(&mut self, coin: &Coin, user: &Keypair) {
        let key = user.pubkey();
        let earned = self.coins.iter().filter(|other| other.quote == coin.mint).copied().collect::<Vec<_>>();
        for other in earned {
            let other = other.with_creator(self.chain.curve(&other).creator);
            if other.creator != key || self.chain.graduated(&other) {
                continue;
            }
            let (pump, idl_call) =
                (idl::Idl::pump("pump"), pump::idl_call::IdlCall::new(key, other, false, 0));
            for name in ["sweep_creator_fee", "collect_creator_fee_v2"] {
                self.send(&[idl_call.instruction(pump, pump.get(name))], &[user]);
            }
        }
    }
}
