SELECT 'not a';
