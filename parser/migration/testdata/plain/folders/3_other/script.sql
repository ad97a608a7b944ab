SELECT 'not read';
