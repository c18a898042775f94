import fc from 'fast-check';

// The gate gives the same answer every time. Other seeds: FC_SEED=random npm test, or a number.
const { FC_SEED } = process.env;
if (FC_SEED !== 'random') fc.configureGlobal({ seed: Number(FC_SEED ?? 20261124) });
