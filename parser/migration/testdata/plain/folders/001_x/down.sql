SELECT 'not x';
