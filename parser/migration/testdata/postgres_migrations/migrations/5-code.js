module.exports.generateSql = () => 'SELECT 5';
