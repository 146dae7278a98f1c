//! Writes price observations directly into the stats, as if the operator had observed in time.

use anchor_lang::{AccountDeserialize, Discriminator};

use crate::*;

/// The token reserves before a price rise of 38 basis points, twice the tolerance. One unit less, because the
/// program rounds a rise up.
pub fn before_the_rise(base: u64) -> u64 {
    base + base / 10_000 * 38 - 1
}

impl Chain {
    /// Writes an observation for every token that these instructions buy, unless `auto_observe` is false.
    pub fn write_observations(&mut self, instructions: &[Instruction]) {
        let buys = [dat::instruction::RunCycle::DISCRIMINATOR, dat::instruction::ExecuteBuy::DISCRIMINATOR];
        for instruction in instructions {
            let buys = buys.iter().any(|mark| instruction.data.starts_with(mark));
            if self.auto_observe && instruction.program_id == dat::ID && buys {
                instruction
                    .accounts
                    .get(2)
                    .into_iter()
                    .for_each(|stats| self.write_observation(&stats.pubkey));
            }
        }
    }

    /// Writes what `observe` would have written `MIN_OBSERVATION_AGE_SLOTS` ago at the same price.
    fn write_observation(&mut self, stats: &Pubkey) {
        let account = self.account(stats);
        let Ok(mut value) = TokenStats::try_deserialize(&mut &account.data[..]) else { return };
        let Some(observation) = self.automatic_observation(&value) else { return };
        value.observation = observation;
        self.rewrite(stats, |stats: &mut TokenStats| *stats = value);
    }

    fn automatic_observation(&self, stats: &TokenStats) -> Option<Observation> {
        let [quote, base] = self.reserves(stats)?;
        let base = if self.price_has_risen { before_the_rise(base) } else { base };
        let slot = self.slot() - dat::state::MIN_OBSERVATION_AGE_SLOTS;
        Some(Observation { slot, quote, base, supply: self.supply(&stats.mint) })
    }

    /// The observation that the token's next buy will use.
    pub fn observation_for_buy(&self, stats: &TokenStats) -> Observation {
        let in_time = self.auto_observe.then(|| self.automatic_observation(stats)).flatten();
        in_time.unwrap_or(stats.observation)
    }

    /// The reserves behind a token's price: lamports and base units.
    pub fn reserves(&self, stats: &TokenStats) -> Option<[u64; 2]> {
        let [pool, curve] = [&stats.pool, &stats.bonding_curve].map(|key| self.account(key).data);
        if pool.is_empty() {
            return (!curve.is_empty()).then(|| [u64_in(&curve, 16), u64_in(&curve, 8)]);
        }
        let [base, quote] = [139, 171].map(|at| Pubkey::try_from(&pool[at..at + 32]).expect("a key"));
        let waiting = pool.get(245..261).map_or(0, |b| i128::from_le_bytes(b.try_into().expect("16 bytes")));
        Some([(i128::from(self.tokens(&quote)) + waiting) as u64, self.tokens(&base)])
    }
}
