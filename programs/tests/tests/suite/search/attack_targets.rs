//! Chooses coin, amount and accounts of an attacker's instruction, so that it has a chance to succeed.

use dat_tests::idl::{Idl, IdlInstruction};
use dat_tests::pump::idl_call::IdlCall;
use dat_tests::*;

use super::attack_step::{lamports, part, AttackStep};
use super::simulation::Simulation;

impl Simulation {
    /// A trade in the place where the coin trades now, with a similar form. A sale prefers a coin that the
    /// attacker holds.
    pub fn where_it_trades(
        &self,
        step: &AttackStep,
        user: &Pubkey,
        idl: &'static Idl,
        described: &'static IdlInstruction,
    ) -> (AttackStep, &'static Idl, &'static IdlInstruction) {
        let (mut step, sells) = (*step, described.name.starts_with("sell"));
        if !sells && !described.name.starts_with("buy") {
            step.on = self.fitting(&step, &described.name);
            return (step, idl, described);
        }
        if sells {
            let held = |on: &usize| self.chain.tokens(&self.coins[*on].ata(user)) > 0;
            let turn = |by: usize| (step.on + by) % self.coins.len();
            step.on = (0..self.coins.len()).map(turn).find(held).unwrap_or(step.on);
        }
        let pool = self.chain.graduated(&self.coin(step.on));
        if pool == (idl.address == PUMP_AMM) {
            return (step, idl, described);
        }
        let (to, forms): (_, &[&str]) = match (pool, sells) {
            (true, true) => ("pump_amm", &["sell", "sell_v2"]),
            (true, false) => ("pump_amm", &["buy", "buy_v2", "buy_exact_quote_in", "buy_exact_quote_in_v2"]),
            (false, true) => ("pump", &["sell", "sell_v2", "sell_v3"]),
            (false, false) => {
                ("pump", &["buy", "buy_v2", "buy_v3", "buy_exact_sol_in", "buy_exact_quote_in_v3"])
            }
        };
        let idl = Idl::pump(to);
        (step, idl, idl.get(forms[step.extra % forms.len()]))
    }

    /// The next coin that fits the instruction.
    fn fitting(&self, step: &AttackStep, name: &str) -> usize {
        let fits = |on: &usize| {
            let coin = self.coin(*on);
            match name {
                "deposit" | "withdraw" | "init_boost" | "migrate_pool_coin_creator" => {
                    self.chain.graduated(&coin)
                }
                "set_coin_creator" => coin.kind == Kind::Spl && self.chain.graduated(&coin),
                "set_metaplex_creator" => coin.kind == Kind::Spl,
                "create_pool" => coin.quote == WSOL && *on < 3,
                "migrate" => self.ends(&coin) && coin.kind == Kind::Spl,
                "migrate_v2" => self.ends(&coin),
                "distribute_creator_fees" | "distribute_creator_fees_v2" => coin.is_shared(),
                "update_fee_shares" | "update_fee_shares_v2" => coin.is_shared(),
                "migrate_bonding_curve_creator" => coin.is_shared(),
                "transfer_creator_fees_to_pump" | "sweep_creator_fee" => *on < 2,
                _ => true,
            }
        };
        let turn = |by: usize| (step.on + by) % self.coins.len();
        (0..self.coins.len()).map(turn).find(fits).unwrap_or(step.on)
    }

    /// Whether a curve is complete or nearly complete.
    fn ends(&self, coin: &Coin) -> bool {
        let curve = self.chain.curve(coin);
        curve.real_tokens * 20 <= curve.virtual_tokens && !self.chain.graduated(coin)
    }

    /// A buy before the instruction: a deposit needs tokens, and a migration needs a complete curve.
    pub fn make_possible(&self, step: &AttackStep, user: &Pubkey, name: &str) -> Option<Instruction> {
        let coin = self.coin(step.on);
        match name {
            "deposit" | "create_pool" => {
                let form = if self.chain.graduated(&coin) { BuyForm::PoolV2 } else { BuyForm::CurveLegacy };
                Some(coin.buy_by(form, user, 10_000_000 + lamports(step.size) / 10))
            }
            "migrate" | "migrate_v2" if self.ends(&coin) && !self.chain.curve(&coin).complete => {
                let mut rest = coin.legacy_buy(user, 100 * SOL);
                *rest.data.last_mut().expect("flags") = 1; // a partial fill
                Some(rest)
            }
            _ => None,
        }
    }

    /// The parameters of a pump.fun instruction.
    pub fn idl_call(&self, step: &AttackStep, user: &Pubkey, name: &str) -> IdlCall {
        let coin = self.coin(step.on);
        let graduated = self.chain.graduated(&coin);
        let coin = if name == "create_pool" { coin.with_pool_of(user) } else { coin };
        let mut idl_call = IdlCall::new(*user, coin, graduated, self.amount(step, &coin, user, name));
        idl_call.flag = step.extra.is_multiple_of(2) && name != "create_pool";
        match name {
            "collect_coin_creator_fee" => idl_call.collector = self.wrapped_of(&coin.creator, step, user),
            "update_fee_shares" | "update_fee_shares_v2" => {
                idl_call.collector = self.pda(step);
                idl_call.more = vec![writable(*user)];
            }
            "distribute_creator_fees" | "distribute_creator_fees_v2" => {
                let heir = self.tokens.iter().find(|token| token.dat.coin.mint == coin.mint);
                idl_call.more = vec![writable(heir.map_or(*user, |token| token.dat.authority))];
            }
            "init_user_volume_accumulator" | "sync_user_volume_accumulator" if step.extra > 12 => {
                idl_call.user = *user;
            }
            _ => (),
        }
        idl_call
    }

    /// The amount, in the unit of the instruction.
    fn amount(&self, step: &AttackStep, coin: &Coin, user: &Pubkey, name: &str) -> u64 {
        let (chain, size) = (&self.chain, step.size);
        let quote =
            if coin.quote == WSOL { u64::MAX } else { part(chain.tokens(&coin.quote_ata(user)), size) };
        let spend = quote.min(lamports(size));
        let lp = || ata(user, &lp_mint(&coin.pool), &TOKEN_2022);
        match name {
            _ if name.starts_with("sell") => part(chain.tokens(&coin.ata(user)), size),
            "buy" | "buy_v2" | "buy_v3" => self.tokens_for(coin, spend),
            "deposit" => part(u64_in(&chain.account(&coin.pool).data, 203), size) / 40,
            "withdraw" => part(chain.tokens(&lp()), size.max(500)),
            _ => spend,
        }
    }

    /// About the number of tokens that this spend buys.
    fn tokens_for(&self, coin: &Coin, spend: u64) -> u64 {
        let [tokens, quote] = if self.chain.graduated(coin) {
            let pool = self.chain.pool(coin);
            [u128::from(pool.base), pool.priced_quote()]
        } else {
            let curve = self.chain.curve(coin);
            [curve.virtual_tokens, curve.virtual_quote].map(u128::from)
        };
        let spend = u128::from(spend) * 97 / 100;
        (tokens * spend / (quote + spend).max(1)) as u64
    }

    /// An honest holder sells or buys.
    pub fn somebody(&mut self, on: usize, sells: bool, size: u64) {
        let (holder, coin) = (self.holders[on].clone(), self.coin(on));
        let (user, pool) = (holder.pubkey(), self.chain.graduated(&coin));
        let tokens = part(self.chain.tokens(&coin.ata(&user)), size);
        let trade = match (pool, sells) {
            (true, true) => coin.swap_sell(&user, tokens),
            (false, true) => coin.sell(&user, tokens),
            (true, false) => coin.buy_by(BuyForm::PoolV2, &user, lamports(size)),
            (false, false) => coin.buy(&user, lamports(size)),
        };
        self.unbounded_gain |= self.send(&[trade], &[&holder]);
    }
}
