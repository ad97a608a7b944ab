SELECT 'a';
SELECT 'aa';
