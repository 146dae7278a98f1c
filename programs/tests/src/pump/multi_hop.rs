//! PumpSwap's swap through several coins, each quoted in the one before. Only the market in SOL takes the
//! protocol fee, and only the last coin takes the creator fee.

use solana_account::Account;

use crate::*;

/// Offset in `Global`: how deep coins may be quoted in coins.
const MAX_CURVE_DEPTH: usize = 1087;

/// A coin of the route, and whether it trades in its pool.
pub type Hop = (Coin, bool);

/// Buys the last coin of the route for `amount` lamports, or sells `amount` of it for SOL (`multi_hop_swap`).
pub fn multi_hop(user: &Pubkey, way: &[Hop], buys: bool, amount: u64) -> Instruction {
    let (first, last) = (way[0].0, way[way.len() - 1].0);
    let ends = [first.quote_ata(user), last.ata(user)];
    let [from, to] = if buys { ends } else { [ends[1], ends[0]] };
    let mut accounts = vec![
        signer(*user),
        writable(from),
        writable(to),
        readonly(amm_global_config()),
        readonly(amm_fee_config()),
        writable(amm_volume_accumulator(user)),
        writable(first.quote_ata(&BUYBACK_RECIPIENT)),
        readonly(TOKEN),
        readonly(TOKEN_2022),
        readonly(SYSTEM),
        readonly(event_authority(&PUMP_AMM)),
        readonly(PUMP_AMM),
        readonly(PUMP),
        readonly(global()),
        readonly(fee_config()),
        readonly(event_authority(&PUMP)),
    ];
    let hop = |(coin, graduated): &Hop| {
        let venue = if *graduated { coin.pool } else { coin.curve };
        let vaults = [venue, coin.ata(&venue), coin.quote_ata(&venue)];
        [readonly(coin.mint), readonly(coin.quote)].into_iter().chain(vaults.map(writable))
    };
    let ordered: Vec<_> = if buys { way.to_vec() } else { way.iter().rev().copied().collect() };
    accounts.extend(ordered.iter().flat_map(hop));
    let data =
        [&[43, 100, 73, 19, 233, 246, 111, 148][..], &amount.to_le_bytes(), &1u64.to_le_bytes()].concat();
    Instruction { program_id: PUMP_AMM, accounts, data }
}

impl Chain {
    /// Allows coins to be quoted in coins up to this depth. pump.fun may change it at any time.
    pub fn set_max_curve_depth(&mut self, depth: u8) {
        self.edit(&global(), |account| account.data[MAX_CURVE_DEPTH] = depth);
        // Mainnet has this account, the list of further quote mints. Here the list is empty.
        let mut data = vec![56, 244, 35, 238, 193, 213, 162, 201];
        data.resize(8 + 3 * 32 + 4, 0);
        let account = Account { lamports: SOL, data, owner: PUMP, ..Account::default() };
        self.svm.set_account(pda(&PUMP, &[b"quote-control"]), account).expect("an account");
    }

    /// A new coin that is quoted in another, if pump.fun allows it.
    pub fn quoted_coin(&mut self, quote: &Coin, creator: &Pubkey) -> Result<Coin, Failure> {
        let (mint, payer) = (self.keypair(), self.payer());
        let coin = Coin::new(Kind::Token2022, mint.pubkey(), *creator).quoted_in(quote);
        let mut create = coin.create(&payer.pubkey());
        create.accounts.extend(quote.market_accounts(self.graduated(quote)));
        self.send(&[create], &[&payer, &mint])?;
        Ok(coin)
    }
}
