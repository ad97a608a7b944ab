SELECT 'x';
