exports.up = (pgm) => pgm.noTransaction();
