//! Fee sharing of pump_fees: a coin of a wallet can give its fees to one of our tokens, once.

use crate::*;

impl Coin {
    /// The same coin after its fees are shared.
    pub fn shared(self) -> Self {
        self.with_creator(sharing_config(&self.mint))
    }

    pub fn is_shared(&self) -> bool {
        self.creator == sharing_config(&self.mint)
    }

    /// Makes a sharing config the creator. The creator signs and pays. All fees must be swept before.
    pub fn create_sharing_config(&self, graduated: bool) -> Instruction {
        let mut accounts = vec![
            readonly(event_authority(&PUMP_FEES)),
            readonly(PUMP_FEES),
            signer(self.creator),
            readonly(global()),
            readonly(self.mint),
            writable(sharing_config(&self.mint)),
            readonly(SYSTEM),
            writable(self.curve),
            readonly(PUMP),
            readonly(event_authority(&PUMP)),
        ];
        accounts.extend(if graduated {
            vec![writable(self.pool), readonly(PUMP_AMM), readonly(event_authority(&PUMP_AMM))]
        } else {
            vec![readonly(PUMP_FEES); 3]
        });
        Instruction { program_id: PUMP_FEES, accounts, data: vec![195, 78, 86, 76, 111, 52, 251, 213] }
    }

    /// Sets the shareholders and their shares, basis points. This works only once. `admin` is the former
    /// creator and the only shareholder until now.
    pub fn update_shares(&self, admin: &Pubkey, shares: &[(Pubkey, u16)], graduated: bool) -> Instruction {
        let config = sharing_config(&self.mint);
        let amm_vault = amm_creator_vault(&config);
        let mut admin_signs = readonly(*admin);
        admin_signs.is_signer = true;
        let mut accounts = vec![
            readonly(event_authority(&PUMP_FEES)),
            readonly(PUMP_FEES),
            admin_signs,
            readonly(global()),
            readonly(self.mint),
            writable(config),
            readonly(self.curve),
            writable(creator_vault(&config)),
            readonly(SYSTEM),
            readonly(PUMP),
            readonly(event_authority(&PUMP)),
            readonly(PUMP_AMM),
            readonly(event_authority(&PUMP_AMM)),
            readonly(WSOL),
            readonly(TOKEN),
            readonly(ATA_PROGRAM),
            writable(amm_vault),
            writable(wsol(&amm_vault)),
            writable(*admin),
        ];
        accounts.extend(graduated.then(|| readonly(self.pool)));
        let mut data = vec![189, 13, 136, 99, 187, 164, 237, 35];
        data.extend((shares.len() as u32).to_le_bytes());
        for (key, bps) in shares {
            data.extend(key.as_ref());
            data.extend(bps.to_le_bytes());
        }
        Instruction { program_id: PUMP_FEES, accounts, data }
    }

    /// Pays the vault to all shareholders (`distribute_creator_fees`). Anybody may send this.
    pub fn distribute(&self, shareholders: &[Pubkey]) -> Instruction {
        let mut accounts = vec![
            readonly(self.mint),
            readonly(self.curve),
            readonly(sharing_config(&self.mint)),
            writable(creator_vault(&sharing_config(&self.mint))),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ];
        accounts.extend(shareholders.iter().map(|key| writable(*key)));
        Instruction { program_id: PUMP, accounts, data: vec![165, 114, 103, 0, 121, 206, 247, 81] }
    }
}

impl Chain {
    /// The creator gives all fees of the coin to `recipient`, once and for all. Returns the changed coin.
    pub fn adopt(&mut self, coin: &Coin, creator: &Keypair, recipient: &Pubkey) -> Coin {
        let (key, graduated, shared) = (creator.pubkey(), self.graduated(coin), coin.shared());
        let mut all = vec![];
        // All fees must be swept before the creator changes.
        all.extend(graduated.then(|| coin.sweep_pool(&key)));
        all.extend([coin.sweep(&key), coin.create_sharing_config(graduated)]);
        all.push(shared.update_shares(&key, &[(*recipient, 10_000)], graduated));
        self.send(&all, &[creator]).expect("fee sharing");
        shared
    }
}
