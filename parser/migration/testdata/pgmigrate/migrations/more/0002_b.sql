SELECT 'again';
