SELECT 'y';
