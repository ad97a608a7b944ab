export const up = async () => {};
