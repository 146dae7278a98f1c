//! The transfers of a cycle, computed independently: first the fees, then the buy.

use super::ledger::Ledger;
use super::Refused;
use crate::*;

/// The accounts during a cycle.
pub struct Flow<'a> {
    chain: &'a Chain,
    dat: &'a Dat,
    pub curve: Curve,
    pub pool: Option<Pool>,
    pub ledger: Ledger,
}

impl<'a> Flow<'a> {
    pub fn new(chain: &'a Chain, dat: &'a Dat) -> Self {
        let pool = chain.graduated(&dat.coin).then(|| chain.pool(&dat.coin));
        Self { chain, dat, curve: chain.curve(&dat.coin), pool, ledger: Ledger::default() }
    }

    pub fn holds(&self, address: &Pubkey) -> u64 {
        self.ledger.lamports(address, self.chain.lamports(address))
    }

    /// Lamports above the rent of an empty account.
    pub fn excess(&self, address: &Pubkey) -> u64 {
        self.holds(address).saturating_sub(self.chain.rent(0))
    }

    /// What `Chain::fee_instructions` brings: from the pool through the creator's account on PumpSwap, and
    /// from the curve, into the vault; from the vault to the authority.
    pub fn bring_fees(&mut self, payer: &Pubkey) {
        let (chain, coin, rent) = (self.chain, &self.dat.coin, self.chain.rent(0));
        if let Some(pool) = &mut self.pool {
            let waits = wsol(&amm_creator_vault(&coin.creator));
            let fees = pool.swept();
            self.ledger.pay_wrapped(&wsol(&coin.pool), &waits, fees);
            // PumpSwap closes that account, creates it again at today's rent, and sends the rest to the
            // vault. It does nothing if the lamports do not cover both rents.
            let (all, lasting) = (self.holds(&waits), chain.rent(chain.account(&waits).data.len()));
            if all >= lasting && self.holds(&coin.vault) + all - lasting >= rent {
                self.ledger.pay(&waits, &coin.vault, all - lasting);
                self.ledger.burn(&waits, chain.tokens(&waits) + fees);
                self.ledger.keep_for_rent(&waits, lasting);
            }
        }
        // The payer funds the missing rent of a curve. A vault below rent receives a whole rent.
        let fees = std::mem::take(&mut self.curve.creator_fee);
        let account = chain.account(&coin.curve);
        let held = self.curve.real_quote + fees + self.curve.protocol_fees;
        let needs = chain.rent(account.data.len()) + held;
        self.ledger.pay(payer, &coin.curve, needs.saturating_sub(account.lamports));
        if fees > 0 && self.holds(&coin.vault) < rent {
            self.ledger.pay(payer, &coin.vault, rent);
        }
        self.ledger.pay(&coin.curve, &coin.vault, fees);
        let due = self.excess(&coin.vault);
        if self.holds(&self.dat.authority) + due >= rent {
            self.ledger.pay(&coin.vault, &self.dat.authority, due);
        }
    }

    /// At most a tenth of the tokens are left, so a buy may complete the curve and continue in the future
    /// pool.
    fn may_complete(&self) -> bool {
        self.pool.is_none() && self.curve.real_tokens * 10 <= self.curve.virtual_tokens
    }

    /// The real part of the reserves behind the price, lamports.
    pub fn reserve(&self) -> u64 {
        match &self.pool {
            None if self.may_complete() => self.curve.real_quote,
            None => self.curve.virtual_quote,
            Some(pool) => pool.priced_quote().min(pool.quote.into()) as u64,
        }
    }

    /// The reserves behind the price: lamports and token base units.
    pub fn priced(&self) -> [u64; 2] {
        let on_curve = [self.curve.virtual_quote, self.curve.virtual_tokens];
        self.pool.as_ref().map_or(on_curve, |pool| [pool.priced_quote() as u64, pool.base])
    }

    /// The fee that every trade pays to pump.fun by any route, basis points.
    pub fn sure_fee(&self) -> u64 {
        let fee = self.chain.least_protocol_fee(&self.dat.coin);
        if self.may_complete() {
            fee / 2
        } else {
            fee
        }
    }

    /// The bought tokens, and the lamports that leave the authority.
    pub fn buy(&mut self, form: BuyForm, spend: u64, rates: Rates) -> Result<(u64, u64), Refused> {
        let Dat { coin, token_account, .. } = self.dat;
        if matches!(form, BuyForm::PoolV2 | BuyForm::Pool) {
            let waits = wsol(&amm_creator_vault(&coin.creator));
            if form == BuyForm::Pool && self.holds(&waits) < self.chain.rent(165) {
                return Err(Refused::WrappedLacksRent);
            }
            let budget = self.wrap(spend)?;
            let (tokens, parts) = self.pool.as_mut().expect("a pool").buy(budget, rates);
            self.ledger.give_tokens(&coin.ata(&coin.pool), token_account, tokens);
            self.pay_on_pool(form, &parts);
            return Ok((tokens, spend));
        }
        // The older forms pay the creator at once, and the buyer funds the missing rent of the vault.
        let lacks_rent = self.holds(&coin.vault) < self.chain.rent(0);
        if form != BuyForm::CurveV3 && !coin.cashback && lacks_rent {
            return Err(Refused::By(DatError::ConservationViolated));
        }
        let (tokens, parts) = self.curve.buy(spend, rates);
        self.ledger.give_tokens(&coin.ata(&coin.curve), token_account, tokens);
        self.pay_on_curve(form, &parts);
        Ok((tokens, spend - parts.unspent))
    }

    /// Lamports that the buy may spend after this amount is wrapped. Earlier wrapped SOL is not spent.
    fn wrap(&mut self, spend: u64) -> Result<u64, Refused> {
        let (authority, key) = (self.dat.authority, wsol(&self.dat.authority));
        let account = self.chain.account(&key);
        let counted = u64_in(&account.data, 64);
        self.ledger.pay(&authority, &key, spend);
        // The token program counts all lamports except today's rent.
        let rent = self.chain.rent(account.data.len());
        let there = (account.lamports + spend).checked_sub(rent).ok_or(Refused::WrappedLacksRent)?;
        self.ledger.burn(&key, counted);
        self.ledger.notice(&key, there);
        self.ledger.keep_for_rent(&key, rent);
        let budget = spend.min(there.saturating_sub(counted));
        if budget < 5 {
            return Err(Refused::WrappedLacksRent);
        }
        Ok(budget)
    }

    fn pay_on_curve(&mut self, form: BuyForm, parts: &SpendParts) {
        let Dat { coin, authority, .. } = self.dat;
        let (ledger, fees) = (&mut self.ledger, parts.protocol + parts.creator);
        ledger.pay(authority, &BUYBACK_RECIPIENT, parts.buyback);
        ledger.pay(authority, &coin.curve, parts.net);
        if form == BuyForm::CurveV3 {
            ledger.pay(authority, &coin.curve, fees);
            self.curve.hold(parts);
            return;
        }
        ledger.pay(authority, &coin.fee_recipient(), parts.protocol);
        let creators = if coin.cashback { user_volume_accumulator(authority) } else { coin.vault };
        ledger.pay(authority, &creators, parts.creator);
    }

    fn pay_on_pool(&mut self, form: BuyForm, parts: &SpendParts) {
        let Dat { coin, authority, .. } = self.dat;
        let (ledger, fees, from) = (&mut self.ledger, parts.protocol + parts.creator, wsol(authority));
        ledger.pay_wrapped(&from, &wsol(&BUYBACK_RECIPIENT), parts.buyback);
        ledger.pay_wrapped(&from, &wsol(&coin.pool), parts.net + parts.lp);
        if form == BuyForm::PoolV2 {
            ledger.pay_wrapped(&from, &wsol(&coin.pool), fees);
            self.pool.as_mut().expect("a pool").hold(parts);
            return;
        }
        ledger.pay_wrapped(&from, &wsol(&coin.fee_recipient()), parts.protocol);
        let volume = amm_volume_accumulator(authority);
        let creators = if coin.cashback { volume } else { amm_creator_vault(&coin.creator) };
        ledger.pay_wrapped(&from, &wsol(&creators), parts.creator);
    }
}
